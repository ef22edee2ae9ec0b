import Foundation
import LookupTables
import PostfixConfig

/// `postmap type:name` and `postalias type:name`, with `-i` as well: a table of a source.
struct TableCompilation {
    let command: TableCommand
    let options: PostmapOptions
    let opener: TableOpener
    let checksUTF8: Bool
    /// `YP_MASTER_NAME` of an alias database.
    let hostname: String

    /// - Parameter map: `type:name`.
    func perform(_ map: String) throws(PostmapFailure) {
        let type = String(map.prefix { $0 != ":" })
        let name = String(map.dropFirst(type.count + 1))
        let source = try Source(options.isIncremental ? nil : name)
        defer { source.close() }
        guard let maker = opener.maker(of: type) else {
            guard opener.types.contains(type) else {
                throw PostmapFailure(
                    "unsupported dictionary type: \(type) (supported: \(opener.types.joined(separator: ", ")))"
                )
            }
            throw PostmapFailure("unsupported dictionary type: \(type) does not support bulk-mode creation.")
        }
        let identity =
            options.keepsRootRights || !source.hasOwner
            ? nil : try BorrowedIdentity(uid: source.status.st_uid, gid: source.status.st_gid)
        defer { identity?.giveBack() }
        do throws(TableError) {
            try fill(map, name, of: maker, from: source)
        } catch {
            throw PostmapFailure(error.description)
        }
    }

    private func fill(
        _ map: String, _ name: String, of maker: any TableMaker, from source: Source
    ) throws(TableError) {
        let bar = ProgressBar("\(command.rawValue): \(map)")
        defer { bar.show(1) }
        let plan = DraftPlan(
            beginning: options.isIncremental ? .existing : .empty, doubles: options.doubles,
            ending: options.ending,
            mode: options.inheritsMode ? source.tableMode : 0o644,
            // Reading the source is the first half of the work.
            progress: { bar.show(0.5 + $0 / 2) })
        let draft = try maker.draft(of: name, plan, for: opener)
        do throws(TableError) {
            try read(source, into: draft, bar)
            if command == .postalias { try sign(draft) }
        } catch {
            bar.show(1)
            draft.abandon()
            throw error
        }
        try draft.finish()
    }

    private func read(_ source: Source, into draft: any TableDraft, _ bar: ProgressBar) throws(TableError) {
        var lines = SourceLines(file: source.file)
        var count = 0
        while let line = try next(&lines, of: source) {
            try take(line, from: source, into: draft)
            count += 1
            if count & 0xFFF == 0, source.status.st_size > 0 {
                bar.show(Double(lines.position) / Double(source.status.st_size) / 2)
            }
        }
    }

    private func next(_ lines: inout SourceLines, of source: Source) throws(TableError) -> SourceLines.Line? {
        do throws(SourceLines.Failure) {
            return try lines.next()
        } catch {
            throw TableError("read \(source.name): \(error)")
        }
    }

    private func take(
        _ line: SourceLines.Line, from source: Source, into draft: any TableDraft
    ) throws(TableError) {
        if let misplacement = line.misplacement {
            draft.warn("\(source.name): \(misplacement)")
            return
        }
        let place = "\(source.name), line \(line.number)"
        switch command.form.record(of: line.bytes, checksUTF8: checksUTF8) {
        case .mistake(let text): draft.warn("\(place): \(text)")
        case .entry(let key, var value, let remark):
            if options.hasFileValues {
                do throws(FileValue.Failure) {
                    value = try FileValue.encoded(value)
                } catch {
                    draft.warn("\(place): \(error): skipping this entry")
                    return
                }
            }
            if let remark { draft.warn("\(place): \(remark)") }
            try draft.add(opener.folding.fold(key), value, replaces: false)
        }
    }

    /// What Sendmail and NIS look for in an alias database: that it is complete, when it was made, and where.
    private func sign(_ draft: any TableDraft) throws(TableError) {
        for (key, value) in [
            ("@", "@"), ("YP_LAST_MODIFIED", String(time(nil))), ("YP_MASTER_NAME", hostname),
        ] {
            try draft.add(Array(key.utf8), Array(value.utf8), replaces: options.isIncremental)
        }
    }
}
