using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>An answer differs from the recorded one.</summary>
internal sealed class MismatchException(string message) : Exception(message);

/// <summary>
/// What the placeholders of a scenario stand for. A numbered one gets its value at its first appearance and keeps it;
/// no two uids and no two versions share a value.
/// </summary>
internal sealed partial class Placeholders
{
    /// <summary>What a placeholder without a number may stand for.</summary>
    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["time"] = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
        ["ip"] = @"[0-9a-f.:]+",
        ["containerID"] = "[0-9a-f]{64}",
        ["digest"] = "[0-9a-f]{64}",
        ["hex"] = "[0-9A-Za-z.+_-]+",
        ["rand"] = @"[0-9A-Za-z.=_-]+",
        ["hash"] = "[0-9a-z]+",
        ["age"] = "([0-9]+[smhdy])+",
        ["duration"] = "[0-9a-zµ.]+",
        ["rv"] = "[0-9]+",
        ["object"] = @"[\s\S]*",
        ["server"] = "[^/ \"]+",
        ["registry"] = "[^ \"]+",
        ["commit"] = "[0-9a-f]{40}",
        ["date"] = @"[-0-9TZ:]+",
        ["httpDate"] = "[A-Za-z0-9,: ]+",
        ["etag"] = "[^ ]+",
        ["version"] = "[^ ]+",
        ["address"] = "0x[0-9a-f]+",
    };

    private static readonly Dictionary<string, string> NumberedPatterns = new(StringComparer.Ordinal)
    {
        ["uid"] = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ["rv"] = "[0-9]+",
        ["listRV"] = "[0-9]+",
        ["continue"] = "[-_0-9A-Za-z]+",
    };

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>A known value, such as the name of the node.</summary>
    public void Set(string name, string value) => _values[name] = value;

    /// <summary>A value that nothing else has told before.</summary>
    public void Learn(string name, string value) => _values.TryAdd(name, value);

    /// <summary>Compares; placeholders that got their value by a comparison that fails lose it again.</summary>
    public void Attempt(Action comparison)
    {
        KeyValuePair<string, string>[] before = [.. _values];
        try
        {
            comparison();
        }
        catch (MismatchException)
        {
            _values.Clear();
            foreach ((string name, string value) in before)
            {
                _values.Add(name, value);
            }

            throw;
        }
    }

    /// <summary>A request with the values that its placeholders stand for.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(Fill(entry.Key), Fill(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Fill)]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(Fill(text)),
        _ => node?.DeepClone(),
    };

    public string Fill(string text) => PlaceholderExpression().Replace(text, match =>
    {
        string name = match.Groups["name"].Value;
        if (name == "time")
        {
            return Sandbox.Serialization.ApiJson.Time(DateTimeOffset.UtcNow);
        }

        if (!_values.TryGetValue(name, out string? value))
        {
            // A uid that no answer gave is one that nobody has.
            value = name.StartsWith("uid", StringComparison.Ordinal) ? Guid.NewGuid().ToString()
                : name == "digest" ? new string('a', 64)
                : name == "rand" ? "x7k2p"
                : match.Value;
            if (value != match.Value)
            {
                _values[name] = value;
            }
        }

        return value;
    });

    /// <summary>Compares an answer with the recorded one.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public void Match(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected, actual)
        {
            case (JsonObject wanted, JsonObject given):
                MatchFields(wanted, given, path);
                break;
            case (JsonArray wanted, JsonArray given):
                if (wanted.Count != given.Count)
                {
                    throw Mismatch(path, expected, actual);
                }

                for (int index = 0; index < wanted.Count; index++)
                {
                    Match(wanted[index], given[index], $"{path}[{index}]");
                }

                break;
            case (JsonValue wanted, JsonValue given) when wanted.TryGetValue(out string? pattern) && given.TryGetValue(out string? text):
                MatchText(pattern, text, path);
                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    throw Mismatch(path, expected, actual);
                }

                break;
        }
    }

    public void MatchText(string expected, string actual, string path)
    {
        var names = new List<string>();
        string pattern = PlaceholderExpression().Replace(expected, match => $"\u0001{match.Groups["name"].Value}\u0002");
        pattern = Regex.Escape(pattern);
        pattern = MarkedExpression().Replace(pattern, match =>
        {
            string name = match.Groups["name"].Value;
            if (PatternOf(name) is not { } value)
            {
                return $"<{Regex.Escape(name)}>";
            }

            names.Add(name);
            return $"(?<p{names.Count - 1}>{value})";
        });
        Match match = Regex.Match(actual, $@"^{pattern}\z", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        if (!match.Success)
        {
            throw Mismatch(path, expected, actual);
        }

        for (int index = 0; index < names.Count; index++)
        {
            Bind(names[index], match.Groups[$"p{index}"].Value, path);
        }
    }

    private void MatchFields(JsonObject expected, JsonObject actual, string path)
    {
        foreach ((string name, JsonNode? value) in expected)
        {
            if (!actual.TryGetPropertyValue(name, out JsonNode? given))
            {
                throw new MismatchException($"{path}.{name} is missing; recorded: {value?.ToJsonString() ?? "null"}");
            }

            Match(value, given, $"{path}.{name}");
        }

        if (actual.FirstOrDefault(field => !expected.ContainsKey(field.Key)) is { Key: { } extra } field)
        {
            throw new MismatchException($"{path}.{extra} was not recorded: {field.Value?.ToJsonString() ?? "null"}");
        }
    }

    private string? PatternOf(string name)
    {
        if (_values.TryGetValue(name, out string? known))
        {
            return Regex.Escape(known);
        }

        string kind = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return kind == name ? Patterns.GetValueOrDefault(name) : NumberedPatterns.GetValueOrDefault(kind);
    }

    private void Bind(string name, string value, string path)
    {
        if (!char.IsAsciiDigit(name[^1]) || _values.ContainsKey(name))
        {
            return;
        }

        bool distinct = name.StartsWith("uid", StringComparison.Ordinal) || name.StartsWith("rv", StringComparison.Ordinal);
        if (distinct && _values.FirstOrDefault(entry => entry.Value == value && entry.Key[0] == name[0] && char.IsAsciiDigit(entry.Key[^1])).Key is { } other)
        {
            throw new MismatchException($"{path}: <{name}> has the value {value} that <{other}> has");
        }

        _values[name] = value;
    }

    private static MismatchException Mismatch(string path, object? expected, object? actual) =>
        new($"{path}\n  recorded: {Show(expected)}\n  answered: {Show(actual)}");

    private static string Show(object? value) => value switch
    {
        null => "null",
        JsonNode node => node.ToJsonString(Sandbox.Serialization.ApiJson.SerializerOptions),
        _ => value.ToString()!,
    };

    [GeneratedRegex("<(?<name>[A-Za-z ]+[0-9]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlaceholderExpression();

    [GeneratedRegex("\u0001(?<name>[^\u0002]*)\u0002", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MarkedExpression();
}
