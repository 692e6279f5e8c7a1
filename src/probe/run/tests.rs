//! Probes of servers that say anything.
