"""Keeps links for a team."""
