"""Records of the administrative systems: what they are, how they are checked, stored and corrected."""
