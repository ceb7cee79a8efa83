"""Factsheets as pages and on paper."""
