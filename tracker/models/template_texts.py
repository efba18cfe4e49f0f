"""What the official template asks of a commitment: version 7-11-2018 and OGP's current form."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column


class TemplateTexts:
    """The template's texts and flags, as columns of a commitment."""

    short_title: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    contribution: Mapped[str] = mapped_column(Text, default="")
    relevance: Mapped[str] = mapped_column(Text, default="")
    value_transparency: Mapped[bool] = mapped_column(default=False)
    value_participation: Mapped[bool] = mapped_column(default=False)
    value_accountability: Mapped[bool] = mapped_column(default=False)
    value_innovation: Mapped[bool] = mapped_column(default=False)
    how_transparency: Mapped[str] = mapped_column(Text, default="", server_default="")
    how_accountability: Mapped[str] = mapped_column(Text, default="", server_default="")
    how_participation: Mapped[str] = mapped_column(Text, default="", server_default="")
    additional_information: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[str] = mapped_column(Text, default="")
    linked_programmes: Mapped[str] = mapped_column(Text, default="")
    development_plan_links: Mapped[str] = mapped_column(Text, default="")
    sdg_links: Mapped[str] = mapped_column(Text, default="")
    causes: Mapped[str] = mapped_column(Text, default="")
    done_so_far: Mapped[str] = mapped_column(Text, default="")
    expected_results: Mapped[str] = mapped_column(Text, default="")
    baseline_situation: Mapped[str] = mapped_column(Text, default="")
    responsible_text: Mapped[str] = mapped_column(Text, default="")
    public_actors: Mapped[str] = mapped_column(Text, default="")
    other_actors: Mapped[str] = mapped_column(Text, default="")
    working_groups: Mapped[str] = mapped_column(Text, default="")
    observations: Mapped[str] = mapped_column(Text, default="")
    template_version: Mapped[str] = mapped_column(String(80), default="")
    financial_resources_text: Mapped[str] = mapped_column(Text, default="")
    human_resources_text: Mapped[str] = mapped_column(Text, default="")
    ogp_identifier: Mapped[str] = mapped_column(String(40), default="")
