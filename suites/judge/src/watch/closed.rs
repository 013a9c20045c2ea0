use super::{
    Told,
    view::{Finding, View},
};

pub(super) const SAYS: &str = "An error is the last that a watch tells.";

pub(super) fn check(view: View<'_>) -> Result<(), Finding> {
    let is_error = |told: &Told| matches!(told, Told::Error { .. });
    let mut told = view.watch.deliveries.iter();
    let Some(error) = told.position(|delivery| is_error(&delivery.told)) else {
        return Ok(());
    };
    match told.next() {
        None => Ok(()),
        Some(_) => Err(Finding::at(
            error + 1,
            "it comes though an error came before it".to_owned(),
        )),
    }
}
