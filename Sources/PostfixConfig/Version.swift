/// The program's version, which is also the default of `mail_version`.
public enum Version {
    public static let current = "0.1.0"
}
