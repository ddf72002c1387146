"""Questions to the market as a whole: what ties it to published figures, and where these disagree."""
