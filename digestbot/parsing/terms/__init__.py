"""What carries meaning in notes on papers: labels, titles, people, venues, months, links, paths."""
