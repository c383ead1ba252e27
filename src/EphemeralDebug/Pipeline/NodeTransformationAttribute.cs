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

    /// <summary>The node that an input says of itself to be, or null: a plain name may be anything's.</summary>
    public static NodeReference? FindNode(object? input)
    {
        string? name = Unwrap(input) switch
        {
            string text => FindName(text),
            NodeReference reference => reference.Name,
            not null when Text(Property(input!, "kind")) is "Node" && Property(input!, "metadata") is { } metadata => Text(Property(metadata, "name")),
            _ => null,
        };
        return name is null ? null : new NodeReference(name) { Input = input };
    }

    private static void Add(List<NodeReference> references, object? input)
    {
        if (FindNode(input) is { } node)
        {
            references.Add(node);
            return;
        }

        switch (Unwrap(input))
        {
            case string text:
                references.Add(FromName(text));
                break;
            case not null when FindItems(input!) is { } items:
                foreach (object? item in items)
                {
                    Add(references, item);
                }

                break;
            default:
                references.Add(new NodeReference("") { Input = input, Problem = "The input names no node." });
                break;
        }
    }

    private static NodeReference FromName(string text)
    {
        string name = text.Trim();
        bool isName = name.Length > 0 && !name.Contains('/', StringComparison.Ordinal);
        return new NodeReference(name) { Input = text, Problem = isName ? null : $"'{text}' names no node." };
    }

    /// <summary>The items of an array, or of the List that kubectl prints for several nodes.</summary>
    private static IEnumerable? FindItems(object input) => Unwrap(input) as object[] ?? Unwrap(Property(input, "items")) as object[];

    /// <summary>The name in <c>node/name</c>, or null when the text is not of that form.</summary>
    private static string? FindName(string text) => text.Trim().Split('/') switch
    {
        [string kind, { Length: > 0 } name] when kind.ToLowerInvariant() is "node" or "nodes" or "no" => name,
        _ => null,
    };

    private static object? Property(object input, string name) =>
        Unwrap(input) is IDictionary dictionary ? dictionary[name] : PSObject.AsPSObject(input).Properties[name]?.Value;

    private static string? Text(object? value) => Unwrap(value)?.ToString();

    private static object? Unwrap(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;
}
