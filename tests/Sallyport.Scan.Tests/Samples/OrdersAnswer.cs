using System.Linq;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What the sample answered; status 0 when it closed the door.</summary>
internal sealed record OrdersAnswer(int Status, string Text, ILookup<string, string> Headers)
{
    public bool Served => Status is >= 200 and < 300;

    public string Header(string name) => string.Join("; ", Headers[name]);

    /// <summary>A member of the answer's JSON object, as text.</summary>
    public string Member(string name) => System.Text.Json.Nodes.JsonNode.Parse(Text)?[name]?.ToString() ?? "";
}
