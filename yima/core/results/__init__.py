"""What the verbs return and render says: plain values, instants in ms. A room for each sort of reader, loaded with its commands alone."""
