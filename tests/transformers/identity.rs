//! No secret at all.

use proptest::prelude::*;
use storeproof::value::{Error, Identity};

use super::{ENCRYPTED, fresh, keys, read, values, write};

proptest! {
    #[test]
    fn changes_nothing(plain in values(), key in keys()) {
        prop_assume!(!plain.starts_with(ENCRYPTED));
        let stored = write(&Identity, &plain, &key).expect("written");
        prop_assert_eq!(&stored, &plain);
        prop_assert_eq!(read(&Identity, &stored, &key).expect("read"), fresh(&plain));
    }

    #[test]
    fn refuses_what_is_encrypted(rest in values(), key in keys()) {
        let refused = read(&Identity, &[ENCRYPTED, &rest].concat(), &key);
        prop_assert!(matches!(refused, Err(Error::Encrypted)), "{refused:?}");
    }
}
