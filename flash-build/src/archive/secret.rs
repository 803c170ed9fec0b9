//! Files that never travel.

/// Why a file or directory never travels, by its name.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let key_endings = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx"];
    let key_names = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
    let credentials = [
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".htpasswd",
        ".git-credentials",
        ".pgpass",
        "credentials.json",
        "credentials.toml",
    ];
    if lower == ".env" || lower.starts_with(".env.") || lower == ".envrc" {
        Some("environment files hold secrets")
    } else if key_endings.iter().any(|ending| lower.ends_with(ending)) || key_names.contains(&lower.as_str())
    {
        Some("it looks like a private key")
    } else if credentials.contains(&lower.as_str()) {
        Some("it looks like credentials")
    } else if [".ssh", ".aws", ".gnupg", ".kube", ".docker"].contains(&lower.as_str()) {
        Some("its directory holds credentials")
    } else {
        None
    }
}
