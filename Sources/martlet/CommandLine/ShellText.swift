extension String {
    /// As one word for a shell, whatever is in it: what tables hold must not run when a cure is copied.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
