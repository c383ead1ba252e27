using System.Text;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>What a program writes to its error output: passed on line by line, and the last line kept.</summary>
internal sealed class ProgramErrorOutput(Action<string>? sink)
{
    private const int LongestWord = 40;
    private const int LongestLine = 400;
    private volatile string _last = "";

    /// <summary>Reads to the end, or until the program's streams are closed.</summary>
    public async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    _last = line;
                }

                sink?.Invoke(ControlCharacters.MakeVisible(line));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program was ended, or something that it left behind holds the stream.
        }
    }

    /// <summary>
    /// The last line that is not blank, to follow a description of the failure; empty when there is none. Long words
    /// are left out: diagnostics have none but identifiers, and what is secret is long.
    /// </summary>
    public string LastLine()
    {
        var text = new StringBuilder();
        foreach (string word in _last.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(text.Length == 0 ? ": " : " ").Append(word.Length > LongestWord ? "…" : word);
            if (text.Length > LongestLine)
            {
                break;
            }
        }

        return ControlCharacters.MakeVisible(text.ToString().TrimEnd('.'));
    }
}
