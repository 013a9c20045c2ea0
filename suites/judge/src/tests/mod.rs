//! Histories made by hand, and the checker against one that tries every order.

mod by_hand;
mod every_order;
mod headers;
mod unknown;
mod write;
