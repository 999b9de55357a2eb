"""A Discord bot that posts a reading group's new papers every week and answers for them."""
