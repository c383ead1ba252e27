using System.Text;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Sandbox.Demo;

/// <summary>Types into a remote shell and reads its screen, in place of a person.</summary>
internal sealed class DemoTypist(RemoteStream stream, TextWriter output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Types, and reads until the output has the expected text; until the end where that is null.</summary>
    public async Task TypeAsync(string keys, string? expected, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(keys), limit.Token);
        var screen = new StringBuilder();
        try
        {
            while (expected is null || !screen.ToString().Contains(expected, StringComparison.Ordinal))
            {
                StreamRead read = await stream.ReadAsync(_buffer, limit.Token);
                if (read.Data.IsEmpty)
                {
                    break;
                }

                screen.Append(Encoding.UTF8.GetString(read.Data.Span));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoFailedException($"'{expected}' did not come within {s_limit.TotalSeconds:0} s; there was '{Shown(screen)}'");
        }

        output.WriteLine($"  | {Shown(screen)}");
        if (expected is not null && !screen.ToString().Contains(expected, StringComparison.Ordinal))
        {
            throw new DemoFailedException($"the shell ended before '{expected}' came");
        }
    }

    private static string Shown(StringBuilder screen) => ControlCharacters.MakeVisible(
        screen.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim()).Replace("\n", "\n  | ", StringComparison.Ordinal);
}
