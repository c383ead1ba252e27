using EphemeralDebug.Recordings;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>The recording of what a cmdlet shows in the terminal: one file, however many shells it enters one after the other.</summary>
/// <param name="path">The file.</param>
/// <param name="overwrite">Replace a file that exists.</param>
/// <param name="recordInput">Record what is typed too, which is passwords as well.</param>
internal sealed class ShellRecording(string path, bool overwrite, bool recordInput) : IDisposable
{
    private static readonly TerminalSize s_usualSize = new(80, 24);

    private readonly bool _isNew = !File.Exists(path);
    private readonly FileStream _file = RecordingFile.Create(path, overwrite);
    private AsciicastWriter? _writer;

    /// <summary>Why the recording is not whole, in a sentence; null when it is.</summary>
    public string? Failure => _writer?.Failure is { } failure
        ? $"The recording '{path}' ends before the session: {failure.Message}"
        : null;

    /// <summary>A remote end that does what the given one does and records it.</summary>
    public IRemoteTerminal Attach(IRemoteTerminal remote, TerminalSize size, EphemeralContainer container, TimeProvider time)
    {
        if (_writer is null)
        {
            _file.SetLength(0);
            _writer = Begin(size, container, time);
        }

        return new RecordedTerminal(remote, _writer, recordInput);
    }

    public void Dispose()
    {
        if (_writer is not null)
        {
            _writer.Dispose();
            return;
        }

        // There was no shell, so there is no recording, and what was there before stays.
        _file.Dispose();
        if (_isNew)
        {
            File.Delete(path);
        }
    }

    private AsciicastWriter Begin(TerminalSize size, EphemeralContainer container, TimeProvider time)
    {
        TerminalSize shown = size.IsKnown ? size : s_usualSize;
        string terminalType = Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } type ? type : "xterm-256color";
        var header = new AsciicastHeader(shown.Columns, shown.Rows, container.ToString(), terminalType);
        return new AsciicastWriter(_file, header, time);
    }
}
