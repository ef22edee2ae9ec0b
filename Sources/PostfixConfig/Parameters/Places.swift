// Where files are, and which user owns them: postconf(5).

extension Parameter<String> {
    public static var configDirectory: Self {
        Self(
            "config_directory", computed: .configurationDirectory,
            "The directory that main.cf and master.cf were read from.")
    }
    public static var queueDirectory: Self {
        Self(
            "queue_directory", default: "/var/spool/postfix", notEmpty: true,
            "Where the queue is kept, and what relative UNIX sockets are relative to.")
    }
    public static var dataDirectory: Self {
        Self(
            "data_directory", default: "/var/lib/postfix", notEmpty: true,
            "Where state other than mail is kept.")
    }
    public static var mailOwner: Self {
        Self(
            "mail_owner", default: "postfix", notEmpty: true,
            "The user that owns the queue, and that a server started by root becomes.")
    }
}

extension ParameterCatalogue {
    static let places: [ParameterDefinition] = [
        Parameter<String>.configDirectory.definition,
        Parameter<String>.queueDirectory.definition,
        Parameter<String>.dataDirectory.definition,
        Parameter<String>.mailOwner.definition,
    ]
}
