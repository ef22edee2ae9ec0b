import PostfixConfig
import Routing

/// What the operator may set about commands of local(8); the defaults are Postfix's.
struct CommandSettings: Sendable {
    /// `mailbox_command`
    var mailboxCommand: String
    /// Whether `mailbox_command_maps` names tables: then a command may be another.
    var hasMailboxCommandMaps: Bool
    /// `export_environment`
    var exportedEnvironment: [String]
    /// `command_expansion_filter`
    var filter: Set<UInt8>
    /// `local_command_shell`
    var shell: String
    /// `command_execution_directory`, a template
    var directory: String
    /// `execution_directory_expansion_filter`
    var directoryFilter: Set<UInt8>
    /// Where commands run otherwise.
    var queueDirectory: String
    /// `command_time_limit`
    var timeLimit: Duration
    /// `recipient_delimiter` and what goes with it
    var addressExtension: AddressExtension

    init(_ configuration: Configuration) {
        mailboxCommand = configuration[.mailboxCommand]
        hasMailboxCommandMaps = !configuration[.mailboxCommandMaps].isEmpty
        exportedEnvironment = configuration[.exportEnvironment]
        filter = Set(configuration[.commandExpansionFilter].utf8)
        shell = configuration[.localCommandShell]
        directory = configuration[.commandExecutionDirectory]
        directoryFilter = Set(configuration[.executionDirectoryExpansionFilter].utf8)
        queueDirectory = configuration[.queueDirectory]
        timeLimit = configuration[.commandTimeLimit]
        addressExtension = AddressExtension(configuration)
    }
}

extension AddressExtension {
    init(_ configuration: Configuration) {
        self.init(
            delimiters: configuration[.recipientDelimiter],
            ownerRequestSpecial: configuration[.ownerRequestSpecial],
            doubleBounceSender: configuration[.doubleBounceSender],
            isLongestFirst: configuration[.recipientDelimiterLongestMatch])
    }
}
