using System.Diagnostics.CodeAnalysis;

namespace EphemeralDebug;

/// <summary>What a command did in one pod.</summary>
public sealed class CommandResult
{
    internal CommandResult(string podNamespace, string pod, string? container)
    {
        Namespace = podNamespace;
        Pod = pod;
        Container = container;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container that it ran in; null when it came to none.</summary>
    public string? Container { get; }

    /// <summary>What ran, argument by argument.</summary>
    public IReadOnlyList<string> Command { get; internal init; } = [];

    /// <summary>How the command ended; null when it could not be run or its end is not known. Wider than eight bits on Windows nodes.</summary>
    public long? ExitCode { get; internal init; }

    /// <summary>
    /// The output: lines, each a string, or with -Raw the bytes as they came. What is no UTF-8 becomes U+FFFD in lines.
    /// Empty with -Stream, which has given it already.
    /// </summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "Scripts get an array of strings or of bytes, as from any command.")]
    public Array Output { get; internal init; } = Array.Empty<string>();

    /// <summary>The error output, in the form of <see cref="Output"/>.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "Scripts get an array of strings or of bytes, as from any command.")]
    public Array ErrorOutput { get; internal init; } = Array.Empty<string>();

    /// <summary>How long the command ran; zero when it did not.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Why the command could not be run, or was ended before it was done; else null.</summary>
    public string? Error { get; internal init; }

    /// <summary>The stable id of <see cref="Error"/>, that of the error record; else null.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>It ended with exit code 0.</summary>
    public bool Succeeded => ExitCode is 0;

    /// <inheritdoc/>
    public override string ToString() => Container is null ? $"{Namespace}/{Pod}" : $"{Namespace}/{Pod}/{Container}";
}
