/// A line of master.cf: one service, as master(5) has it.
///
///     smtp  inet  n  -  y  -  -  smtpd -o syslog_name=postfix/mx
public struct MasterService: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case inet, unix, fifo, pass
        case unixDatagram = "unix-dgram"
    }

    /// The fields before the command, by the names that `postconf -F` gives them.
    public enum Field: Int, Hashable, Sendable, CaseIterable {
        case service, type, `private`, unprivileged, chroot, wakeup, processLimit, command

        public var name: String { self == .processLimit ? "process_limit" : "\(self)" }
    }

    public var name: String
    public var kind: Kind
    /// `y`, `n`, `-` and numbers, as they were written: private, unprivileged, chroot, wakeup, process limit.
    var flags: [String]
    /// The program and its arguments. An argument that was written in braces stands here without them.
    public var command: [String]
    /// The line of master.cf that the service starts on, counted from 1.
    public var line: Int

    /// How many processes, or for Martlet sessions, the service may have at once: nil is
    /// `default_process_limit`, 0 no limit.
    public var processLimit: Int? {
        flags.last.flatMap { Int($0) }
    }

    /// The `-o name=value` options of the program, in their order.
    public var overrides: [(name: String, value: String)] {
        optionIndices.compactMap { index in
            let text = command[index + 1]
            guard let (name, value) = try? MainFile.split(Array(text.utf8)) else { return nil }
            return (name, value)
        }
    }

    /// Where `-o` stands among the program's own options; they end at the first word that is no option.
    var optionIndices: [Int] {
        var indices: [Int] = []
        var index = 1
        while index < command.count, command[index].hasPrefix("-") {
            if command[index] == "-o", index + 1 < command.count {
                indices.append(index)
                index += 1
            }
            index += 1
        }
        return indices
    }

    /// The text of a field, as it is written to master.cf.
    public func text(of field: Field) -> String {
        switch field {
        case .service: name
        case .type: kind.rawValue
        case .command: command.map(Self.quoted).joined(separator: " ")
        default: flags[field.rawValue - 2]
        }
    }

    /// Braces around an argument that would fall apart without them.
    static func quoted(_ argument: String) -> String {
        argument.utf8.contains(where: \.isPostfixSpace) ? "{\(argument)}" : argument
    }
}
