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

        public init?(named name: String) {
            guard let field = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = field
        }
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

    /// What is wrong with `-o` options that are no `name=value`, in Postfix's words.
    var malformedOptions: [String] {
        optionIndices.compactMap { index in
            do throws(ParameterValueError) {
                _ = try MainFile.split(Array(command[index + 1].utf8))
                return nil
            } catch {
                return error.description
            }
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

    /// The program's words after its own options: what pipe(8) is to run.
    public var argumentsAfterOptions: [String] {
        var index = 1
        while index < command.count, command[index].hasPrefix("-") {
            index += command[index] == "-o" ? 2 : 1
        }
        return Array(command.dropFirst(index))
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
        argument.utf8.contains(where: \.isSpace) ? "{\(argument)}" : argument
    }
}

// Changing a service: postconf -F and -P.
extension MasterService {
    /// Sets an `-o name=value` option of the program; a new one comes after the others.
    public mutating func override(_ name: String, with value: String) {
        let option = "\(name)=\(value)"
        var end = 1
        var replaced = false
        for index in optionIndices {
            end = index + 2
            if Self.name(ofOption: command[index + 1]) == name {
                command[index + 1] = option
                replaced = true
            }
        }
        if !replaced {
            while end < command.count, command[end].hasPrefix("-") { end += 1 }
            command.insert(contentsOf: ["-o", option], at: end)
        }
    }

    public mutating func removeOverride(of name: String) {
        for index in optionIndices.reversed() where Self.name(ofOption: command[index + 1]) == name {
            command.removeSubrange(index...(index + 1))
        }
    }

    /// The service with every `-o` value changed by `change`.
    public func mappingOverrides<Failure: Error>(
        _ change: (_ value: String) throws(Failure) -> String
    ) throws(Failure) -> MasterService {
        var service = self
        for index in optionIndices {
            guard let (name, value) = try? MainFile.split(Array(command[index + 1].utf8)) else { continue }
            service.command[index + 1] = "\(name)=\(try change(value))"
        }
        return service
    }

    private static func name(ofOption text: String) -> String? {
        (try? MainFile.split(Array(text.utf8)))?.name
    }
}
