"""Words of headers that say that a column is another than those of the contract: an address, a seller, a weight."""

from __future__ import annotations

from typing import Final

from comptoir.reading.spelling import words_of


def words(*texts: str) -> frozenset[str]:
    """Return the words of texts as those of headers are spelt."""
    return frozenset(word for text in texts for word in words_of(text))


PLACES: Final = words(
    "address adresse rue street city ville zip postal cp postcode country pays region province departement state zone",
    "store shop magasin boutique outlet site depot warehouse entrepot emplacement location branch agence etablissement",
)
PEOPLE: Final = words(
    "seller vendeur salesperson commercial representant rep agent employee employe user utilisateur operator operateur",
    "cashier caissier caisse register terminal author auteur by par staff team equipe shift device till table couvert",
    "cover server serveur waiter conseiller session",
)
REACHED: Final = words("email mail courriel phone tel telephone mobile portable fax web site url contact")
REMARKS: Final = words("comment commentaire note remark remarque observation memo message description detail details")
SORTED: Final = words(
    "brand marque color couleur size taille model modele family famille category categorie group groupe rayon univers",
    "emballage packaging material matiere",
    "department collection season saison type genre channel canal source origin origine campaign status statut etat",
    "designation libelle title titre intitule product produit article item manufacturer fabricant supplier fournisseur",
)
NUMBERED: Final = words(
    "line ligne row rang ordre sequence seq position pos index idx id no num numero number code ref reference",
    "key uuid journal ean barcode gtin upc isbn siret siren lot batch serial serie version ticket invoice facture",
    "piece document",
)
PAID: Final = words(
    "payment paiement reglement mode moyen method methode iban bank banque tva vat tax taxe condition terms",
    "echeance delai",
)
SENT: Final = words("delivery livraison shipping expedition transport carrier transporteur tracking frais fee port")
TIMES: Final = words(
    "year annee month mois week semaine day jour hour heure quarter trimestre period periode date time"
)
MEASURES: Final = words(
    "weight poids volume length longueur width largeur height hauteur stock points age qte qty quantite quantity",
    "nb nombre colis carton palette commande commandee livre livree ordered shipped delivered reste reliquat",
)
HARMLESS: Final = PLACES | PEOPLE | REACHED | REMARKS | SORTED | NUMBERED | PAID | SENT | TIMES | MEASURES
