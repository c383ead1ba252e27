using System.Collections;
using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Takes what people have of nodes: a name, <c>node/name</c>, and objects made from <c>kubectl get node -o json</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NodeTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var references = new List<NodeReference>();
        Add(references, inputData);
        return references.ToArray();
    }

    /// <summary>Whether an input says of itself that it is a node, or a list of nothing else.</summary>
    public static bool IsNode(object? input) => Unwrap(input) switch
    {
        NodeReference => true,
        string text => FindName(text) is not null,
        object[] { Length: > 0 } items => Array.TrueForAll(items, IsNode),
        not null when Property(input!, "items") is IEnumerable items and not string => items.Cast<object?>().Any() && items.Cast<object?>().All(IsNode),
        not null => Property(input!, "kind") as string is "Node",
        _ => false,
    };

    private static void Add(List<NodeReference> references, object? input)
    {
        switch (Unwrap(input))
        {
            case NodeReference reference:
                references.Add(reference);
                break;
            case string text:
                string name = FindName(text) ?? text.Trim();
                references.Add(new NodeReference(name) { Input = text, Problem = Judge(name, text) });
                break;
            case object[] items:
                Array.ForEach(items, item => Add(references, item));
                break;
            case not null when Property(input!, "items") is IEnumerable list and not string:
                foreach (object? item in list)
                {
                    Add(references, item);
                }

                break;
            default:
                references.Add(FromObject(input));
                break;
        }
    }

    private static NodeReference FromObject(object? input)
    {
        string? name = input is not null && IsNode(input) && Property(input, "metadata") is { } metadata
            ? Property(metadata, "name")?.ToString()
            : null;
        return new NodeReference(name ?? "") { Input = input, Problem = name is null ? "The input names no node." : null };
    }

    /// <summary>The name in <c>node/name</c>, or null when the text is not of that form.</summary>
    private static string? FindName(string text) => text.Trim().Split('/') switch
    {
        [string kind, { Length: > 0 } name] when kind.ToLowerInvariant() is "node" or "nodes" or "no" => name,
        _ => null,
    };

    private static string? Judge(string name, string text) =>
        name.Length == 0 || name.Contains('/', StringComparison.Ordinal) ? $"'{text}' names no node." : null;

    private static object? Property(object input, string name)
    {
        object? value = input is IDictionary dictionary ? dictionary[name] : PSObject.AsPSObject(input).Properties[name]?.Value;
        return Unwrap(value);
    }

    private static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapper ? wrapper.BaseObject : value;
}
