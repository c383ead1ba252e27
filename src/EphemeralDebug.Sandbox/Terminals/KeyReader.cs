using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Terminals;

/// <summary>Keys that are more than one character.</summary>
internal enum SpecialKey
{
    None,
    End,
    Up,
    Down,
    Left,
    Right,
    Home,
    LineEnd,
    Delete,
    PageUp,
    PageDown,
    Escape,
    Unknown,
    Resized,
    Interrupted,
}

/// <summary>A key: text as it was typed, or a special key.</summary>
internal readonly record struct Key(SpecialKey Special, string Text)
{
    public char Character => Text.Length == 1 ? Text[0] : '\0';
}

/// <summary>Reads a terminal key by key, for programs that have put it into <see cref="TerminalSettings.KeyByKey"/>.</summary>
internal sealed class KeyReader(SimulatedProcess process, PseudoTerminal terminal)
{
    private const char EscapeCharacter = '\u001b';
    private static readonly TimeSpan EscapeSequenceTime = TimeSpan.FromMilliseconds(50);

    private int? _next;

    /// <summary>The next key; a signal that comes first is a key of its own.</summary>
    /// <param name="patience">How long to wait for a key; then <see cref="SpecialKey.None"/>.</param>
    public async Task<Key> ReadAsync(TimeSpan? patience = null)
    {
        if (await ReadByteAsync(patience) is not { } first)
        {
            return process.PendingSignal switch
            {
                null => new Key(SpecialKey.None, ""),
                Signal.WindowChanged => TakeSignal(SpecialKey.Resized),
                _ => new Key(SpecialKey.Interrupted, ""),
            };
        }

        return first switch
        {
            < 0 => new Key(SpecialKey.End, ""),
            EscapeCharacter => await ReadEscapeAsync(),
            < 0x80 => new Key(SpecialKey.None, ((char)first).ToString()),
            _ => new Key(SpecialKey.None, await ReadCharacterAsync((byte)first)),
        };
    }

    private Key TakeSignal(SpecialKey key)
    {
        process.TakePendingSignal();
        return new Key(key, "");
    }

    /// <summary>A byte, -1 at the end of input, null when a signal or the end of patience came first.</summary>
    private async Task<int?> ReadByteAsync(TimeSpan? patience = null)
    {
        if (_next is { } kept)
        {
            _next = null;
            return kept;
        }

        byte[] one = new byte[1];
        int? result = null;
        using var limit = new CancellationTokenSource(patience ?? Timeout.InfiniteTimeSpan, process.Scope.Time);
        await process.UnlessSignaledAsync(async cancellation =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                result = await terminal.ReadAsync(one, either.Token) == 0 ? -1 : one[0];
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                result = null;
            }
        });
        return result;
    }

    private async Task<string> ReadCharacterAsync(byte first)
    {
        int length = first switch { >= 0xf0 => 4, >= 0xe0 => 3, >= 0xc0 => 2, _ => 1 };
        var bytes = new List<byte> { first };
        while (bytes.Count < length && await ReadByteAsync() is { } next and >= 0)
        {
            bytes.Add((byte)next);
        }

        return ByteText.Decode([.. bytes]);
    }

    private async Task<Key> ReadEscapeAsync()
    {
        int? second = await ReadByteAsync(EscapeSequenceTime);
        if (second is not ('[' or 'O'))
        {
            // The Escape key, and then another key.
            _next = second;
            return new Key(SpecialKey.Escape, "");
        }

        string sequence = "";
        while (await ReadByteAsync(EscapeSequenceTime) is { } next and >= 0)
        {
            sequence += (char)next;
            if (next is >= '@' and <= '~')
            {
                break;
            }
        }

        SpecialKey key = sequence switch
        {
            "A" => SpecialKey.Up,
            "B" => SpecialKey.Down,
            "C" => SpecialKey.Right,
            "D" => SpecialKey.Left,
            "H" or "1~" or "7~" => SpecialKey.Home,
            "F" or "4~" or "8~" => SpecialKey.LineEnd,
            "3~" => SpecialKey.Delete,
            "5~" => SpecialKey.PageUp,
            "6~" => SpecialKey.PageDown,
            _ => SpecialKey.Unknown,
        };
        return new Key(key, second == 'O' ? "O" : "");
    }
}
