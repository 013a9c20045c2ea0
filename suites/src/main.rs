//! The `storeproof` command. See [`storeproof_suites::cli`].

fn main() -> std::process::ExitCode {
    storeproof_suites::cli::main()
}
