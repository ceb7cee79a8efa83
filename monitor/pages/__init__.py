"""The public pages of the figures and the publishing desk."""
