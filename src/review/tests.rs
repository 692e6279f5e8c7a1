//! Pictures of the screen, and what keys do.
