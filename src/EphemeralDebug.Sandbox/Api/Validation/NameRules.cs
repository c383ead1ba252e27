using System.Text.RegularExpressions;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>What names, labels and paths may look like; each rule yields what is wrong with a value.</summary>
internal static partial class NameRules
{
    private const string LabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

    private const string SubdomainFormat = $"{LabelFormat}(\\.{LabelFormat})*";
    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

    private const string QualifiedFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string LabelValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    /// <summary>The name of a container, a volume, a namespace.</summary>
    public static IEnumerable<string> DnsLabel(string value)
    {
        if (value.Length > 63)
        {
            yield return TooLong(63);
        }

        if (!DnsLabelExpression().IsMatch(value))
        {
            yield return DnsSubdomainExpression().IsMatch(value)
                ? "must not contain dots"
                : Format(LabelMessage, LabelFormat, "my-name", "123-abc");
        }
    }

    /// <summary>The name of most objects.</summary>
    public static IEnumerable<string> DnsSubdomain(string value)
    {
        if (value.Length > 253)
        {
            yield return TooLong(253);
        }

        if (!DnsSubdomainExpression().IsMatch(value))
        {
            yield return Format(SubdomainMessage, SubdomainFormat, "example.com");
        }
    }

    /// <summary>The key of a label or an annotation: a name, with a DNS prefix or without.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        string[] parts = value.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a qualified name {Format("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", QualifiedFormat, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            foreach (string problem in parts[0].Length == 0 ? ["must be non-empty"] : DnsSubdomain(parts[0]))
            {
                yield return $"prefix part {problem}";
            }
        }

        string name = parts[^1];
        if (name.Length == 0)
        {
            yield return "name part must be non-empty";
        }
        else if (name.Length > 63)
        {
            yield return $"name part {TooLong(63)}";
        }

        if (!QualifiedNameExpression().IsMatch(name))
        {
            yield return $"name part {Format("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", QualifiedFormat, "MyName", "my.name", "123-abc")}";
        }
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63)
        {
            yield return TooLong(63);
        }

        if (value.Length > 0 && !QualifiedNameExpression().IsMatch(value))
        {
            yield return Format(LabelValueMessage, $"({QualifiedFormat})?", "MyValue", "my_value", "12345");
        }
    }

    /// <summary>The name of an environment variable: anything that can be printed, but no '='.</summary>
    public static IEnumerable<string> EnvironmentVariable(string value)
    {
        if (!EnvironmentVariableExpression().IsMatch(value))
        {
            yield return "a valid environment variable name must consist only of printable ASCII characters other than '=' (regex used for validation is '^[ -<>-~]+$')";
        }
    }

    /// <summary>The name of a container's port.</summary>
    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15)
        {
            yield return TooLong(15);
        }

        if (!PortNameExpression().IsMatch(value))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!value.Any(char.IsAsciiLetterLower))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (value.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (value.StartsWith('-') || value.EndsWith('-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    /// <summary>The key of an entry in a config map or a secret.</summary>
    public static IEnumerable<string> DataKey(string value)
    {
        if (value.Length > 253)
        {
            yield return TooLong(253);
        }

        if (!DataKeyExpression().IsMatch(value))
        {
            yield return Format("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name");
        }
        else if (value is "." or "..")
        {
            yield return $"must not be '{value}'";
        }
        else if (value.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    public static IEnumerable<string> PortNumber(long value)
    {
        if (value is < 1 or > 65535)
        {
            yield return "must be between 1 and 65535, inclusive";
        }
    }

    private static string TooLong(int limit) => $"must be no more than {limit} bytes";

    // The two blanks before a further example are the server's own.
    private static string Format(string message, string expression, params string[] examples) =>
        $"{message} (e.g. {string.Join(" or ", examples.Select(example => $"'{example}', "))}regex used for validation is '{expression}')";

    [GeneratedRegex($"^{LabelFormat}\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabelExpression();

    [GeneratedRegex($"^{LabelFormat}(\\.{LabelFormat})*\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsSubdomainExpression();

    [GeneratedRegex($"^{QualifiedFormat}\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QualifiedNameExpression();

    [GeneratedRegex(@"^[ -<>-~]+\z", RegexOptions.None, 1000)]
    private static partial Regex EnvironmentVariableExpression();

    [GeneratedRegex(@"^[-a-z0-9]+\z", RegexOptions.None, 1000)]
    private static partial Regex PortNameExpression();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.None, 1000)]
    private static partial Regex DataKeyExpression();
}
