import LookupTables

/// The two commands that ask for, make and change tables. They differ in the form of the source and little
/// else.
enum TableCommand: String {
    case postmap, postalias

    var form: SourceForm {
        switch self {
        case .postmap: .map
        case .postalias: .aliases
        }
    }

    /// The options, as getopt(3) has them.
    var letters: String {
        switch self {
        case .postmap: "bc:d:fFhimnNopq:rsuUvw"
        case .postalias: "c:d:finNopq:rsuvw"
        }
    }

    var usage: String {
        switch self {
        case .postmap:
            "usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file..."
        case .postalias:
            "usage: postalias [-Nfinoprsuvw] [-c config_dir] [-d key] [-q key] [map_type:]file..."
        }
    }

    /// What stands behind a key where keys and values are printed.
    var keyEnding: String {
        switch self {
        case .postmap: "\t"
        case .postalias: ":\t"
        }
    }
}
