//! Histories made by hand: those that have to be accepted, and those that have to be rejected for one reason each.

mod accepted;
mod broken;
mod rejected;
mod write;
