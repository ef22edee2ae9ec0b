/// Changes to master.cf that leave every other line as it was: `postconf -M`, `-F` and `-P` with new values.
public enum MasterFileEdit {
    public enum Change: Sendable {
        /// Another service in its place, or at the end of the file where there is none to replace.
        case replace(MasterService)
        case remove
        /// A `#` before each of its lines.
        case commentOut
        /// The service with something in it changed.
        case amend(@Sendable (inout MasterService) -> Void)
    }

    public struct Request: Sendable {
        /// What the operator wrote, for warnings.
        public let text: String
        public let pattern: ServicePattern
        public let change: Change

        public init(text: String, pattern: ServicePattern, change: Change) {
            self.text = text
            self.pattern = pattern
            self.change = change
        }
    }

    /// - Parameter file: master.cf as it is.
    /// - Returns: master.cf as it will be, and the requests that found no service.
    public static func apply(_ requests: [Request], to file: [UInt8]) -> (file: [UInt8], unmatched: [Request])
    {
        var result: [UInt8] = []
        var matched: Set<Int> = []
        var entry = Entry()
        func finish() {
            if let service = entry.amended() { result += (service.line(folds: true) + "\n").utf8 }
            entry = Entry()
        }
        for (role, line) in PhysicalLines(file) {
            if role == .start {
                finish()
                let words = MasterService.words(Array(line))
                for (index, request) in requests.enumerated() where request.pattern.matches(words) {
                    matched.insert(index)
                    entry.changes.append(request.change)
                }
            }
            if role == .neither || entry.changes.isEmpty {
                result += line
                continue
            }
            entry.text += line.last == .lineFeed ? line.dropLast() : line
            switch entry.changes.last {
            case .commentOut: result += [UInt8(ascii: "#")] + line
            case .replace(let service):
                if role == .start { result += (service.line(folds: true) + "\n").utf8 }
            case .remove, .amend, nil: break
            }
        }
        finish()
        var unmatched: [Request] = []
        for (index, request) in requests.enumerated() where !matched.contains(index) {
            if case .replace(let service) = request.change {
                result += (service.line(folds: true) + "\n").utf8
            } else {
                unmatched.append(request)
            }
        }
        return (result, unmatched)
    }

    /// The service that the lines being read belong to, and what is to become of it.
    private struct Entry {
        var text: [UInt8] = []
        var changes: [Change] = []

        /// The service after its amendments; nil where it has none.
        func amended() -> MasterService? {
            let amendments = changes.compactMap { change in
                if case .amend(let amend) = change { amend } else { nil }
            }
            // Lines that cannot be read were refused before anything was to be edited.
            guard !amendments.isEmpty, var service = try? MasterService(line: text, number: 0) else {
                return nil
            }
            for amend in amendments { amend(&service) }
            return service
        }
    }
}
