"""What other programs say, in our vocabulary: the same whichever door it comes in by."""
