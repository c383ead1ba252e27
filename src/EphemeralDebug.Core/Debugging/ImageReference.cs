namespace EphemeralDebug.Debugging;

/// <summary>
/// The grammar of image references: <c>[registry[:port]/]name[:tag][@digest]</c>, as github.com/distribution/reference
/// defines it and kubectl checks it. Written by hand, since a Regex costs milliseconds at start.
/// </summary>
internal static class ImageReference
{
    private const int MaxTagLength = 128;

    private const int MinDigestHexLength = 32;

    /// <summary>Whether the text is a well-formed reference. Whether such an image exists is another question.</summary>
    public static bool IsValid(ReadOnlySpan<char> reference)
    {
        int at = reference.IndexOf('@');
        if (at >= 0)
        {
            if (!IsDigest(reference[(at + 1)..]))
            {
                return false;
            }

            reference = reference[..at];
        }

        // A colon before the last slash belongs to the registry, one after it begins the tag.
        int lastComponent = reference.LastIndexOf('/') + 1;
        int colon = reference[lastComponent..].IndexOf(':');
        if (colon >= 0)
        {
            if (!IsTag(reference[(lastComponent + colon + 1)..]))
            {
                return false;
            }

            reference = reference[..(lastComponent + colon)];
        }

        return IsName(reference);
    }

    /// <summary>Whether a well-formed reference means the tag <c>latest</c>: by name, or with neither tag nor digest.</summary>
    public static bool IsLatest(ReadOnlySpan<char> reference)
    {
        int at = reference.IndexOf('@');
        ReadOnlySpan<char> tagged = at < 0 ? reference : reference[..at];
        int lastComponent = tagged.LastIndexOf('/') + 1;
        int colon = tagged[lastComponent..].IndexOf(':');
        return colon < 0 ? at < 0 : tagged[(lastComponent + colon + 1)..] is "latest";
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        int slash = name.IndexOf('/');
        return slash < 0
            ? IsPathComponent(name)
            : (IsRegistry(name[..slash]) || IsPathComponent(name[..slash])) && IsPath(name[(slash + 1)..]);
    }

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        foreach (Range component in path.Split('/'))
        {
            if (!IsPathComponent(path[component]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Lower case letters and digits, parted by one dot, one or two underscores or any number of dashes.</summary>
    private static bool IsPathComponent(ReadOnlySpan<char> component)
    {
        while (true)
        {
            int length = Run(component, static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
            if (length == 0)
            {
                return false;
            }

            component = component[length..];
            if (component.IsEmpty)
            {
                return true;
            }

            int separator = SeparatorLength(component);
            if (separator == 0)
            {
                return false;
            }

            component = component[separator..];
        }
    }

    private static int SeparatorLength(ReadOnlySpan<char> text) => text[0] switch
    {
        '.' => 1,
        '_' => text.StartsWith("__") ? 2 : 1,
        '-' => Run(text, static c => c == '-'),
        _ => 0,
    };

    private static bool IsRegistry(ReadOnlySpan<char> registry)
    {
        int hostLength;
        if (registry.StartsWith('['))
        {
            int end = registry.IndexOf(']');
            if (end < 2 || !All(registry[1..end], static c => char.IsAsciiHexDigit(c) || c == ':'))
            {
                return false;
            }

            hostLength = end + 1;
        }
        else
        {
            int colon = registry.IndexOf(':');
            hostLength = colon < 0 ? registry.Length : colon;
            if (!IsDomainName(registry[..hostLength]))
            {
                return false;
            }
        }

        ReadOnlySpan<char> port = registry[hostLength..];
        return port.IsEmpty || (port.Length > 1 && port[0] == ':' && All(port[1..], char.IsAsciiDigit));
    }

    private static bool IsDomainName(ReadOnlySpan<char> domain)
    {
        foreach (Range range in domain.Split('.'))
        {
            ReadOnlySpan<char> label = domain[range];
            if (label.IsEmpty
                || label.StartsWith('-')
                || label.EndsWith('-')
                || !All(label, static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTag(ReadOnlySpan<char> tag) =>
        tag.Length is > 0 and <= MaxTagLength
        && IsWordCharacter(tag[0])
        && All(tag, static c => IsWordCharacter(c) || c is '.' or '-');

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsDigest(ReadOnlySpan<char> digest)
    {
        int colon = digest.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }

        ReadOnlySpan<char> hex = digest[(colon + 1)..];
        return hex.Length >= MinDigestHexLength
            && All(hex, char.IsAsciiHexDigit)
            && IsDigestAlgorithm(digest[..colon]);
    }

    private static bool IsDigestAlgorithm(ReadOnlySpan<char> algorithm)
    {
        foreach (Range range in algorithm.SplitAny("-_+."))
        {
            ReadOnlySpan<char> part = algorithm[range];
            if (part.IsEmpty || !char.IsAsciiLetter(part[0]) || !All(part, char.IsAsciiLetterOrDigit))
            {
                return false;
            }
        }

        return true;
    }

    private static bool All(ReadOnlySpan<char> text, Func<char, bool> belongs) => Run(text, belongs) == text.Length;

    private static int Run(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }
}
