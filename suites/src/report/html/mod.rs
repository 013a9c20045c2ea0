//! A run as a page that needs nothing but itself: it can be read without a network, without scripts, by ear, and on a
//! phone.
//!
//! The page is a template, so that it can be read as what it is, and is checked when this crate is built. Everything put
//! into it is escaped by the engine; nothing is ever put into a script, a style or an address.

mod view;

use std::io;

use askama::Template;

use self::view::Page;
use super::record::Report;

/// The whole page.
///
/// # Errors
///
/// The template cannot be filled, which is a defect.
pub(super) fn render(report: &Report) -> io::Result<String> {
    Page::of(report)
        .render()
        .map_err(|error| io::Error::other(format!("report.html cannot be rendered: {error}")))
}

#[cfg(test)]
mod tests;
