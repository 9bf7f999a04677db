using System.IO;
using System.Net;

namespace Sallyport.Scan.Reports.Html;

/// <summary>Writes HTML: what is markup and what is text are different methods, so that text from outside is never markup.</summary>
/// <param name="output">Where to.</param>
internal sealed class HtmlPage(TextWriter output)
{
    /// <summary>Markup of our own.</summary>
    public HtmlPage Raw(string markup)
    {
        output.Write(markup);
        return this;
    }

    /// <summary>One line of text.</summary>
    public HtmlPage Text(string? text)
    {
        output.Write(WebUtility.HtmlEncode(Visible.Line(text)));
        return this;
    }

    /// <summary>Text with its lines, as a block of code.</summary>
    public HtmlPage Block(string? text)
    {
        output.Write("<pre>");
        output.Write(WebUtility.HtmlEncode(Visible.Block(text).TrimEnd('\n')));
        output.Write("</pre>\n");
        return this;
    }

    /// <summary>An element that holds one line of text.</summary>
    public HtmlPage Element(string name, string? text, string? style = null)
    {
        output.Write(style is null ? $"<{name}>" : $"<{name} class=\"{style}\">");
        _ = Text(text);
        output.Write($"</{name}>");
        return this;
    }

    /// <summary>A small label.</summary>
    public HtmlPage Chip(string? text, string style = "") => Element("span", text, $"chip {style}".TrimEnd());
}
