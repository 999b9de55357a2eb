import io

from PIL import Image

from digestbot.demo.pictures import bot_avatar, stand_ins


def test_every_picture_has_a_stand_in() -> None:
    urls = ["https://example.org/a.png", "https://example.org/b.png", "https://other.example/c.gif", "not a url"]
    drawn = stand_ins(urls)
    assert list(drawn) == urls
    assert len({content for _, content in drawn.values()}) == 3
    for name, content in drawn.values():
        image = Image.open(io.BytesIO(content))
        assert (name, image.format) == ("picture.png", "PNG")


def test_the_avatar_is_square() -> None:
    width, height = Image.open(io.BytesIO(bot_avatar())).size
    assert width == height
