using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EphemeralDebug.Yaml;

/// <summary>Emits JSON nodes as a YAML document in block style, as kubectl writes it.</summary>
internal sealed class YamlDocumentWriter(IEmitter emitter)
{
    public void Write(JsonNode? root)
    {
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        WriteNode(root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private void WriteNode(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                MappingStyle map = fields.Count == 0 ? MappingStyle.Flow : MappingStyle.Block;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map));
                foreach ((string name, JsonNode? value) in fields)
                {
                    emitter.Emit(YamlScalarStyle.Key(name));
                    WriteNode(value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                SequenceStyle list = items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list));
                foreach (JsonNode? item in items)
                {
                    WriteNode(item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                emitter.Emit(YamlScalarStyle.Text(value.GetValue<string>()));
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.Number:
                emitter.Emit(YamlScalarStyle.Number(value.ToJsonString()));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }
}
