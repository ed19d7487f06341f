"""Fill the shop from a file of articles: one product each, in categories, priced and in stock."""

import json
import shutil
from pathlib import Path

import oscar
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model

Category = get_model("catalogue", "Category")
Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")
StockRecord = get_model("partner", "StockRecord")


class Command(BaseCommand):
    """``manage stock FILE``: JSON lines of title, text, cluster, price."""

    def add_arguments(self, parser):
        parser.add_argument("file")

    @transaction.atomic
    def handle(self, *args, **options):
        kind = ProductClass.objects.create(name="Technology", track_stock=True)
        partner = Partner.objects.create(name="Bench")
        clusters = {}
        with open(options["file"], encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                cluster = row["cluster"]
                if cluster not in clusters:
                    clusters[cluster] = create_from_breadcrumbs(f"All > {cluster}")
                product = Product.objects.create(
                    product_class=kind,
                    title=row["title"],
                    slug=f"article-{number}",
                    upc=f"B{number:06d}",
                    description=row["text"],
                )
                ProductCategory.objects.create(product=product, category=clusters[cluster])
                StockRecord.objects.create(
                    product=product,
                    partner=partner,
                    partner_sku=f"B{number:06d}",
                    price=row["price"],
                    num_in_stock=5,
                )
        media = Path(settings.MEDIA_ROOT)
        media.mkdir(parents=True, exist_ok=True)
        missing = (
            Path(oscar.__file__).parent / "static/oscar/img" / settings.OSCAR_MISSING_IMAGE_URL
        )
        shutil.copy(missing, media / settings.OSCAR_MISSING_IMAGE_URL)
