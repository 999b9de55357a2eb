"""What Markdown says before anybody asks what it means: blocks, the spans of a line, HTML, front matter."""
