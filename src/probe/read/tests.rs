//! What blocks say, and what can be wrong in them.
