using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Tests.Faults;

namespace EphemeralDebug.Sandbox.Tests.Api;

/// <summary>Answers in protobuf, and the choice of an answer's form.</summary>
public sealed class ProtobufTests : IAsyncLifetime, IDisposable
{
    private const string Protobuf = "application/vnd.kubernetes.protobuf";
    private const string Pods = "/api/v1/namespaces/default/pods";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private FaultyServer _host = null!;

    public async Task InitializeAsync() =>
        _host = await FaultyServer.StartAsync(new SandboxOptions { Node = null, Pods = DemoPod.Demonstration });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Fact]
    public void A_message_has_every_field_that_is_not_behind_a_pointer_in_the_order_of_the_numbers()
    {
        JsonObject value = (JsonObject)JsonNode.Parse("""{"metadata":{"name":"a","labels":{"y":"2","x":"1"}},"status":{"phase":"Active"}}""")!;
        byte[] expected =
        [
            0x0a, 33,
            0x0a, 1, (byte)'a', 0x12, 0, 0x1a, 0, 0x22, 0, 0x2a, 0, 0x32, 0, 0x38, 0, 0x42, 0,
            0x5a, 6, 0x0a, 1, (byte)'x', 0x12, 1, (byte)'1',
            0x5a, 6, 0x0a, 1, (byte)'y', 0x12, 1, (byte)'2',
            0x12, 0,
            0x1a, 8, 0x0a, 6, .. "Active"u8,
        ];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(ProtobufWriter.Write(SchemaCatalog.Namespace, value)));
    }

    [Fact]
    public void The_envelope_names_kind_and_version_and_leaves_encoding_and_type_empty()
    {
        byte[] expected = [.. "k8s\0"u8, 0x0a, 9, 0x0a, 2, .. "v1"u8, 0x12, 3, .. "Pod"u8, 0x12, 2, 8, 1, 0x1a, 0, 0x22, 0];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(ProtobufEnvelope.Wrap("v1", "Pod", [8, 1])));
    }

    [Fact]
    public async Task A_pod_says_the_same_as_in_JSON()
    {
        JsonNode json = JsonNode.Parse(await GetAsync($"{Pods}/web", "application/json"))!;
        JsonObject read = ProtobufReader.Read(await GetAsync($"{Pods}/web", Protobuf));
        Assert.Equal("Pod", read.Text("kind"));
        Assert.Equal("v1", read.Text("apiVersion"));
        AssertContains(json, read, "");
    }

    [Fact]
    public async Task A_status_comes_in_protobuf_too()
    {
        using HttpResponseMessage response = await SendAsync($"{Pods}/missing", Protobuf);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(Protobuf, response.Content.Headers.ContentType?.ToString());
        JsonObject status = ProtobufReader.Read(await response.Content.ReadAsByteArrayAsync(_limit.Token));
        Assert.Equal("pods \"missing\" not found", status.Text("message"));
        Assert.Equal(404, status.Integer("code"));
        Assert.Equal("missing", status.Object("details").Text("name"));
    }

    [Theory]
    [InlineData(Protobuf, "PodList", "v1")]
    [InlineData($"{Protobuf};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "PartialObjectMetadataList", "meta.k8s.io/v1")]
    public async Task A_list_names_its_kind_and_its_items_follow_its_metadata(string accept, string kind, string apiVersion)
    {
        byte[] list = await GetAsync($"{Pods}?limit=1", accept);
        JsonObject head = ProtobufReader.Read(list);
        Assert.Equal((kind, apiVersion), (head.Text("kind"), head.Text("apiVersion")));
        string text = Encoding.Latin1.GetString(list);
        Assert.Contains("api", text, StringComparison.Ordinal);
        Assert.Equal(kind == "PodList", text.Contains("busybox:1.36", StringComparison.Ordinal));
        Assert.EndsWith("\u001a\0\"\0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_events_of_a_watch_come_in_frames()
    {
        using HttpResponseMessage response = await SendAsync($"{Pods}?watch=true&fieldSelector=metadata.name=web&timeoutSeconds=1", Protobuf);
        Assert.Equal($"{Protobuf}; stream=watch", response.Content.Headers.ContentType?.ToString());
        byte[] frames = await response.Content.ReadAsByteArrayAsync(_limit.Token);
        int length = BinaryPrimitives.ReadInt32BigEndian(frames);
        Assert.Equal(frames.Length, length + sizeof(int));
        byte[] added = frames[sizeof(int)..];
        Assert.Equal("ADDED", Encoding.UTF8.GetString(added.AsSpan(2, 5)));
        int document = added.AsSpan().IndexOf("k8s\0"u8);
        Assert.Equal("web", ProtobufReader.Read(added.AsSpan(document)).Object("metadata").Text("name"));
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData($"{Protobuf},application/json", Protobuf)]
    [InlineData($"application/json;q=0.5, {Protobuf}", Protobuf)]
    [InlineData($"{Protobuf};q=0.1, application/yaml;q=0.2", "application/yaml")]
    [InlineData($"*/*, {Protobuf}", Protobuf)]
    [InlineData("application/xml, application/json;q=0.1", "application/json")]
    [InlineData($"{Protobuf};as=Table;g=meta.k8s.io;v=v1, application/json", "application/json")]
    [InlineData("application/json;as=Nothing;g=meta.k8s.io;v=v1, application/yaml", "application/yaml")]
    [InlineData("application/json;stream=watch", "application/json")]
    public async Task The_form_that_is_liked_best_of_those_that_there_are_is_taken(string accept, string type)
    {
        using HttpResponseMessage response = await SendAsync(Pods, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("text/html", "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch")]
    [InlineData("application/*", "406: Not Acceptable")]
    [InlineData($"{Protobuf};as=Table;g=meta.k8s.io;v=v1", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")]
    [InlineData("application/yaml;stream=watch", "only the following media types are accepted: application/json")]
    public async Task Where_there_is_no_such_form_the_answer_says_which_there_are(string accept, string message)
    {
        using HttpResponseMessage response = await SendAsync(Pods, accept);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.StartsWith(message, JsonNode.Parse(await response.Content.ReadAsStringAsync(_limit.Token)).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workloads_have_no_protobuf_and_a_scale_has_no_table()
    {
        const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
        using var deployment = new StringContent(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"site"},"spec":{"selector":{"matchLabels":{"app":"site"}},
            "template":{"metadata":{"labels":{"app":"site"}},"spec":{"containers":[{"name":"app","image":"nginx"}]}}}}
            """,
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage created = await _host.Client(HttpVersion.Version11).PostAsync(new Uri(Deployments, UriKind.Relative), deployment, _limit.Token);
        created.EnsureSuccessStatusCode();

        using HttpResponseMessage list = await SendAsync(Deployments, $"{Protobuf},application/json");
        using HttpResponseMessage table = await SendAsync($"{Deployments}/site", "application/json;as=Table;g=meta.k8s.io;v=v1, application/yaml");
        using HttpResponseMessage scale = await SendAsync($"{Deployments}/site/scale", "application/json;as=Table;g=meta.k8s.io;v=v1, application/yaml");

        Assert.Equal("application/json", list.Content.Headers.ContentType?.ToString());
        Assert.Equal("application/json", table.Content.Headers.ContentType?.ToString());
        Assert.Equal("application/yaml", scale.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_watch_has_no_YAML()
    {
        using HttpResponseMessage response = await SendAsync($"{Pods}?watch=true&timeoutSeconds=1", "application/yaml");
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains("application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch", await response.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?pretty=true", "x", true)]
    [InlineData("", "curl/8.0", true)]
    [InlineData("?pretty=false", "curl/8.0", false)]
    [InlineData("", "kubectl/v1.36.0", false)]
    public async Task JSON_is_indented_for_people(string query, string agent, bool indented)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Pods + query, UriKind.Relative));
        request.Headers.UserAgent.ParseAdd(agent);
        using HttpResponseMessage response = await _host.Client(HttpVersion.Version11).SendAsync(request, _limit.Token);
        string text = await response.Content.ReadAsStringAsync(_limit.Token);
        Assert.Equal(indented, text.StartsWith("{\n  \"kind\": \"PodList\",\n  \"apiVersion\": \"v1\",\n  \"metadata\": {\n    \"resourceVersion\"", StringComparison.Ordinal));
        Assert.Equal(2, JsonNode.Parse(text).Items("items").Count());
    }

    /// <summary>Protobuf has zero values where JSON has nothing; what JSON has, protobuf must have.</summary>
    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields)
                {
                    if (value is not null && path is not ".metadata.managedFields.fieldsV1")
                    {
                        AssertContains(value, actual?[name], $"{path}.{name}");
                    }
                }

                break;
            case JsonArray items:
                for (int index = 0; index < items.Count; index++)
                {
                    AssertContains(items[index], actual?[index], path);
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected?.ToJsonString()} is {actual?.ToJsonString()}");
                break;
        }
    }

    private async Task<byte[]> GetAsync(string path, string accept)
    {
        using HttpResponseMessage response = await SendAsync(path, accept);
        return await response.Content.ReadAsByteArrayAsync(_limit.Token);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (accept.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return _host.Client(HttpVersion.Version11).SendAsync(request, _limit.Token);
    }
}
