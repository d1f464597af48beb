//! Ostiary.
