using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Selects objects by those of their fields that the server lets select by.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string Field, string Value, bool Equal)> _terms = [];

    private FieldSelector()
    {
    }

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>The one name that can match; null when there is no such condition.</summary>
    public string? Name => _terms.Where(term => term is { Field: "metadata.name", Equal: true }).Select(term => term.Value).FirstOrDefault();

    /// <summary>Reads a selector; the empty text selects everything.</summary>
    /// <exception cref="ApiStatusException">The text is no selector, or a field cannot be selected by.</exception>
    public static FieldSelector Parse(string text, IReadOnlySet<string> labels)
    {
        var selector = new FieldSelector();
        foreach (string term in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = term.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ApiStatusException(ApiStatus.BadRequest($"invalid selector: '{text}'; can't understand '{term}'"));
            }

            bool negated = term[equals - 1] == '!';
            string field = term[..(negated ? equals - 1 : equals)].Trim();
            string value = term[(equals + 1)..];
            if (!labels.Contains(field))
            {
                throw new ApiStatusException(ApiStatus.BadRequest($"field label not supported: {field}"));
            }

            selector._terms.Add((field, value.StartsWith('=') && !negated ? value[1..] : value, !negated));
        }

        return selector;
    }

    public bool Matches(StoredObject stored) => _terms.TrueForAll(term => (Read(stored, term.Field) == term.Value) == term.Equal);

    private static string Read(StoredObject stored, string field)
    {
        if (field == "metadata.name")
        {
            return stored.Name;
        }

        JsonNode? node = stored.Value;
        foreach (string step in field.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node.AsText() ?? (node is JsonValue ? ApiJson.ToText(node) : field == "spec.hostNetwork" ? "false" : "");
    }
}
