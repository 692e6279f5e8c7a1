//! Shows what happened: one file per format, each a consumer of events.
