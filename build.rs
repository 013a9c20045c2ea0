//! Messages of key management services, from their definitions. No `protoc` is asked.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "kms")]
    key_management()?;
    Ok(())
}

#[cfg(feature = "kms")]
fn key_management() -> Result<(), Box<dyn std::error::Error>> {
    const FOLDER: &str = "src/value/kms/proto";
    println!("cargo::rerun-if-changed={FOLDER}");
    let files = ["v1beta1.proto", "v2.proto"];
    let descriptors = protox::compile(files, [FOLDER])?;
    tonic_prost_build::configure()
        .build_transport(false)
        // What is encrypted is shared with the buffer that it came in. What is secret is owned, so that it can be wiped.
        .bytes(".v2.EncryptedObject")
        .bytes(".v2.DecryptRequest")
        .bytes(".v2.EncryptResponse")
        .bytes(".v1beta1.DecryptRequest")
        .bytes(".v1beta1.EncryptResponse")
        .btree_map(".")
        .skip_debug([".v2.DecryptResponse", ".v2.EncryptRequest"])
        .skip_debug([".v1beta1.DecryptResponse", ".v1beta1.EncryptRequest"])
        .compile_fds(descriptors)?;
    Ok(())
}
