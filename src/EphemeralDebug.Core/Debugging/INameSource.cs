using System.Security.Cryptography;

namespace EphemeralDebug.Debugging;

/// <summary>Where the random part of a name that nobody chose comes from.</summary>
public interface INameSource
{
    /// <summary>Five characters that may end a DNS label; another value at each call.</summary>
    string NextSuffix();
}

/// <summary>
/// Random suffixes of the length and the alphabet that Kubernetes uses: no vowels, so that no words arise
/// (k8s.io/apimachinery, <c>util/rand</c>).
/// </summary>
public sealed class RandomNameSource : INameSource
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    private const int Length = 5;

    private RandomNameSource()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static RandomNameSource Instance { get; } = new();

    /// <summary>Whether a text may be such a suffix.</summary>
    internal static bool IsSuffix(string text) => text.Length == Length && text.All(static c => Alphabet.Contains(c, StringComparison.Ordinal));

    /// <inheritdoc/>
    public string NextSuffix() => RandomNumberGenerator.GetString(Alphabet, Length);
}
