using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Api.Wire.Protobuf;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api.Listing;

public sealed class PodProtobufTests
{
    private const string SecurityContext = """{"capabilities":{"add":["SYS_PTRACE","NET_ADMIN"],"drop":["ALL"]},"privileged":false,"seLinuxOptions":{"user":"u","role":"r","type":"t","level":"l"},"windowsOptions":{"gmsaCredentialSpecName":"n","gmsaCredentialSpec":"s","runAsUserName":"me","hostProcess":true},"runAsUser":0,"runAsGroup":-1,"runAsNonRoot":true,"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false,"procMount":"Default","seccompProfile":{"type":"Localhost","localhostProfile":"p"},"appArmorProfile":{"type":"RuntimeDefault"}}""";

    [Fact]
    public void Every_property_that_is_read_of_a_pod_is_read_from_protobuf_as_from_json()
    {
        var pod = (PodResource)Fill(typeof(PodResource), 1)!;
        pod.Metadata!.Continue = null;
        foreach (ContainerSpec container in pod.Spec!.Containers!.Concat(pod.Spec.InitContainers!))
        {
            container.TargetContainerName = null;
        }

        string json = JsonSerializer.Serialize(pod, WireJson.Default.PodResource);
        JsonObject fields = WithoutNulls(JsonNode.Parse(json)!.AsObject());
        PodResource read = PodProtobuf.Read(ProtobufEncoder.Message("Pod", fields).ToArray());
        Assert.Equal(json, JsonSerializer.Serialize(read, WireJson.Default.PodResource));
    }

    [Fact]
    public void A_security_context_is_shown_as_json_does_it()
    {
        byte[] message = ProtobufEncoder.Message("SecurityContext", JsonNode.Parse(SecurityContext)!.AsObject()).ToArray();
        Assert.Equal(SecurityContext, SecurityContextProtobuf.Read(message).GetRawText());
    }

    [Fact]
    public void What_a_server_always_writes_and_json_leaves_out_is_nothing()
    {
        var terminated = new ProtobufWriter().Number(1, 0).Number(2, 0).Text(3, "").Text(4, "")
            .Message(5, new ProtobufWriter()).Message(6, new ProtobufWriter());
        var status = new ProtobufWriter().Text(1, "d").Message(2, new ProtobufWriter().Message(3, terminated));
        var container = new ProtobufWriter().Message(1, new ProtobufWriter().Text(1, "d").Text(2, "")).Text(2, "");
        byte[] pod = new ProtobufWriter()
            .Message(2, new ProtobufWriter().Message(34, container))
            .Message(3, new ProtobufWriter().Message(13, status))
            .ToArray();
        PodResource read = PodProtobuf.Read(pod);
        ContainerSpec spec = Assert.Single(read.Spec!.EphemeralContainers!);
        TerminatedState state = Assert.Single(read.Status!.EphemeralContainerStatuses!).State!.Terminated!;
        Assert.Equal((null, null, "d"), (spec.TargetContainerName, spec.Image, spec.Name));
        Assert.Equal((null, null, null, null), (state.Signal, state.Reason, state.StartedAt, state.FinishedAt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(3221225786)]
    public void An_exit_code_may_be_negative_or_wide(long code)
    {
        var status = new ProtobufWriter().Message(2, new ProtobufWriter().Message(3, new ProtobufWriter().Number(1, code)));
        PodResource pod = PodProtobuf.Read(new ProtobufWriter().Message(3, new ProtobufWriter().Message(13, status)).ToArray());
        Assert.Equal(code, pod.Status!.EphemeralContainerStatuses![0].State!.Terminated!.ExitCode);
    }

    [Fact]
    public void Fields_of_every_type_that_are_not_known_are_passed_over()
    {
        byte[] pod = new ProtobufWriter()
            .Number(900, 1)
            .Raw([0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8])
            .Raw([0xA5, 0x06, 1, 2, 3, 4])
            .Text(901, "x")
            .Message(1, new ProtobufWriter().Number(7, 3).Text(1, "web"))
            .ToArray();
        Assert.Equal("web", PodProtobuf.Read(pod).Metadata!.Name);
    }

    [Theory]
    [InlineData("0A")]
    [InlineData("0A05")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    [InlineData("0AFFFFFFFF07")]
    [InlineData("0AFFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("0A030A0561")]
    [InlineData("0801")]
    [InlineData("0B")]
    [InlineData("0001")]
    [InlineData("12021205")]
    [InlineData("0A0C4A0A08FFFFFFFFFFFFFFFF7F")]
    public void Bytes_that_are_no_pod_are_an_error(string hex) =>
        Assert.Throws<InvalidDataException>(() => PodProtobuf.Read(Convert.FromHexString(hex)));

    [Fact]
    public void A_refusal_in_protobuf_is_read_whole()
    {
        const string Refusal = """{"kind":"Status","metadata":{"continue":"token"},"status":"Failure","message":"too old","reason":"Expired","details":{"name":"n","group":"g","kind":"k","causes":[{"reason":"r","message":"m","field":"f"}],"retryAfterSeconds":3},"code":410}""";
        StatusResource? status = StatusProtobuf.TryRead(ProtobufEncoder.Encode(JsonNode.Parse(Refusal)!.AsObject()));
        JsonNode written = JsonSerializer.SerializeToNode(status, WireJson.Default.StatusResource)!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Refusal), WithoutNulls(written.AsObject())), written.ToJsonString());
    }

    /// <summary>An object of a type with a value of its own in every property, and two entries in every list.</summary>
    private static object? Fill(Type type, int seed)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return $"text {seed}";
        }

        if (type == typeof(bool))
        {
            return true;
        }

        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.UnixEpoch.AddDays(20_000 + seed);
        }

        if (type == typeof(JsonElement))
        {
            return JsonDocument.Parse(SecurityContext).RootElement;
        }

        if (type.IsPrimitive)
        {
            return Convert.ChangeType(seed, type, provider: null);
        }

        if (type == typeof(Dictionary<string, string>))
        {
            return new Dictionary<string, string> { [$"key {seed}"] = $"value {seed}", [$"other {seed}"] = "" };
        }

        return type.IsArray || type.IsGenericType ? FillList(type, seed) : FillObject(type, seed);
    }

    private static object FillObject(Type type, int seed)
    {
        object value = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(value, Fill(property.PropertyType, seed = (seed * 7) + 1));
            seed %= 10_000;
        }

        return value;
    }

    private static object FillList(Type type, int seed)
    {
        Type element = type.GetElementType() ?? type.GetGenericArguments()[0];
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        list.Add(Fill(element, seed));
        list.Add(Fill(element, seed + 1));
        return type.IsArray ? ((List<string>)list).ToArray() : list;
    }

    private static JsonObject WithoutNulls(JsonObject node)
    {
        foreach ((string name, JsonNode? value) in node.ToArray())
        {
            if (value is null)
            {
                node.Remove(name);
            }

            foreach (JsonNode? child in value is JsonArray list ? list : [])
            {
                if (child is JsonObject entry)
                {
                    WithoutNulls(entry);
                }
            }

            if (value is JsonObject inner)
            {
                WithoutNulls(inner);
            }
        }

        return node;
    }
}
