using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>Gives the suffixes it was made with, the last one for ever.</summary>
internal sealed class FixedNames(params string[] suffixes) : INameSource
{
    private int next;

    public string NextSuffix() => suffixes[Math.Min(next++, suffixes.Length - 1)];
}
