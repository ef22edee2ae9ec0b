extension Configuration {
    /// The beginning of a command of ours about this setup, for a shell: `martlet postconf`, or
    /// `martlet postconf -c /srv/mail` where the command would look elsewhere by itself.
    ///
    /// What operators are told to type goes through here: a cure must not change another setup.
    public func command(_ name: String) -> String {
        guard ConfigurationDirectory().path != directory else { return "martlet \(name)" }
        let isPlain = directory.utf8.allSatisfy {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        }
        let quoted =
            isPlain
            ? directory
            : "'\(directory.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
        return "martlet \(name) -c \(quoted)"
    }
}
